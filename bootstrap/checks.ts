import { type Problem } from "../model/problem";
import { deployerRole, secretsKey, stateBucket } from "./names";
import { type BootstrapSettings, ownFolder } from "./settings";

type Environments = BootstrapSettings["environments"];

/** What contradicts itself in an account's settings; a check whose input is missing is left out. */
export function findProblems(settings: Partial<BootstrapSettings>): Problem[] {
  const { environments } = settings;
  if (!environments) return [];
  return [...folderProblems(environments), ...sharedProblems(environments), ...reachProblems(settings, environments)];
}

function folderProblems(environments: Environments): Problem[] {
  if (!Object.hasOwn(environments, ownFolder)) return [];
  return [
    {
      setting: `altlas:environments.${ownFolder}`,
      value: environments[ownFolder],
      why: "The folder of that name holds the state of this program itself.",
      remedy: "Give the environment another name.",
    },
  ];
}

/** Whoever may deploy one environment must not thereby deploy another; people may be trusted with several. */
function sharedProblems(environments: Environments): Problem[] {
  const problems: Problem[] = [];
  const first = new Map<string, string>();
  const once = (setting: string, value: string, why: string, remedy: string) => {
    const other = first.get(value);
    if (other === undefined) first.set(value, setting);
    else problems.push({ setting, value, why: `It stands at ${other} already${why}`, remedy });
  };
  for (const [name, { cluster, githubSubjects, principals }] of Object.entries(environments)) {
    const where = `altlas:environments.${name}`;
    for (const [index, subject] of githubSubjects.entries()) {
      once(
        `${where}.githubSubjects[${index}]`,
        subject,
        ", and a workflow that deploys two environments keeps neither from the other.",
        "Name it once; give each environment a GitHub environment of its own.",
      );
    }
    for (const [index, principal] of principals.entries()) {
      // The same people may operate several environments; within one list it is a slip.
      if (principals.indexOf(principal) === index) continue;
      const setting = `${where}.principals[${index}]`;
      problems.push({ setting, value: principal, why: "It stands in the list before.", remedy: "Remove it." });
    }
    if (cluster !== undefined) {
      once(`${where}.cluster`, cluster, ", and a cluster has one environment.", "Remove it from one of the two.");
    }
  }
  return problems;
}

/** A deployer may change what begins with its cluster's name and a dash: no other cluster, and nothing of this program. */
function reachProblems(settings: Partial<BootstrapSettings>, environments: Environments): Problem[] {
  const { account = "", name = "", region = "" } = settings;
  const place = { account, name, region };
  const own = [
    ...(name === "" ? [] : [name, stateBucket(place)]),
    ...Object.keys(environments).flatMap((each) => [
      deployerRole(each),
      ...(name === "" ? [] : [secretsKey(place, each)]),
    ]),
  ];
  return Object.entries(environments).flatMap(([environment, { cluster }]): Problem[] => {
    if (cluster === undefined) return [];
    const others = Object.entries(environments).flatMap(([each, other]) =>
      each === environment ? [] : (other.cluster ?? []),
    );
    const within = [...own, ...others].find((each) => `${each}-`.startsWith(`${cluster}-`));
    if (within === undefined) return [];
    return [
      {
        setting: `altlas:environments.${environment}.cluster`,
        value: cluster,
        why: `The deployer may change whatever begins with this name, and ${within} does without belonging to it.`,
        remedy: "Give the cluster a name that no other begins with, such as one that ends in its environment.",
      },
    ];
  });
}
