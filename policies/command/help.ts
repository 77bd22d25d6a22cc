/** What `--help` prints. */
export const help = `usage: npm run policy -- <target> [options]
       npm run policy -- explain <rule>

  Holds the rules of docs/rules/ against a target:
    a stack                    as a preview by the real engine shows it; no cluster is needed
    state.json                 a state export: pulumi stack export --file state.json
    a file or folder of YAML   Kubernetes objects, in .yaml, .yml and .json files of the folder and below
    -                          Kubernetes objects from standard input: helm template . | npm run policy -- -

  What is printed: failures by severity, what is exempted or cannot be told, and the numbers of all outcomes.
    --json       one JSON document
    --sarif      SARIF 2.1.0, for code scanning
    --junit      JUnit XML, for test reports
    --markdown   for a comment on a pull request or a job's summary; 60,000 characters at most
    -o, --output FILE   writes the report to a file, all or nothing; text still goes to the terminal

  What is judged, and how strictly:
    --only ID[,ID]      these rules only
    --level SEVERITY    what fails the run: failures of critical, high, medium or low severity, and worse. Without it the
                        rules' levels decide, as at an update: advice fails nothing
    -s, --stack STACK   whose environment, levels, exemptions and rule settings hold for an export or for YAML. Without it
                        an export has those of the stack that it names, and YAML those of altlas-policy.yaml beside it
    -e, --environment   dev, beta or prod, for an export or for YAML; without one everything is judged strictly

  Exit code: 0 clean; 1 violations; 2 the check could not run, or found none but could not read all of its input.
`;
