import { type PropertyValue } from "../../registrations/property-values";

/** What stood in a field and stands there now; absent when it was not there. */
export interface Sides {
  readonly before: PropertyValue | undefined;
  readonly after: PropertyValue | undefined;
}

/** Decides whether a change of a field is for the worse. */
export type Worse = (sides: Sides) => boolean;

const isOn = (value: PropertyValue | undefined) => value === true || value === "true";
const isAbsent = (value: PropertyValue | undefined) => value === undefined || value === null || value === "";

/** Was on, and is off or gone. */
export const turnedOff: Worse = ({ before, after }) => isOn(before) && !isOn(after);
/** Is on, and was off or not there. */
export const turnedOn: Worse = ({ before, after }) => isOn(after) && !isOn(before);
/** Said no, and now says yes or nothing. */
export const noLongerRefused: Worse = ({ before, after }) => before === false && after !== false;
/** There was a value, and there is none. */
export const removed: Worse = ({ before, after }) => !isAbsent(before) && isAbsent(after);
/** There is a value, and there was none. */
export const added: Worse = ({ before, after }) => isAbsent(before) && !isAbsent(after);
/** A value that was there is another, or gone. */
export const changed: Worse = ({ before }) => !isAbsent(before);
/** A smaller number, quantity or percentage than before. */
export const lowered: Worse = ({ before, after }) => compare(before, after) > 0;
/** A larger number, quantity or percentage than before. */
export const raised: Worse = ({ before, after }) => compare(before, after) < 0;
/** Any of several. */
export const either =
  (...all: readonly Worse[]): Worse =>
  (sides) =>
    all.some((worse) => worse(sides));

/** It was one of the better values, and is none of them now. */
export const leaves =
  (...better: readonly string[]): Worse =>
  ({ before, after }) =>
    typeof before === "string" && better.includes(before) && !(typeof after === "string" && better.includes(after));

/** It is one of the worse values, and was none of them. */
export const becomes =
  (...worse: readonly (string | RegExp)[]): Worse =>
  ({ before, after }) => {
    const is = (value: PropertyValue | undefined) =>
      typeof value === "string" && worse.some((each) => (typeof each === "string" ? each === value : each.test(value)));
    return is(after) && !is(before);
  };

/** It falls in a list of values that go from strict to loose. */
export const loosens =
  (...strictFirst: readonly string[]): Worse =>
  ({ before, after }) => {
    const rank = (value: PropertyValue | undefined) => {
      const place = typeof value === "string" ? strictFirst.indexOf(value) : -1;
      return place < 0 ? strictFirst.length : place;
    };
    return !isAbsent(before) && rank(after) > rank(before);
  };

function compare(before: PropertyValue | undefined, after: PropertyValue | undefined): number {
  const [left, right] = [amount(before), amount(after)];
  return left === undefined || right === undefined ? 0 : left - right;
}

const units: Readonly<Record<string, number>> = {
  ...{ "": 1, "%": 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
};

function amount(value: PropertyValue | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)([A-Za-z%]{0,2})$/.exec(value) ?? [];
  const factor = units[unit];
  return digits === "" || factor === undefined ? undefined : Number(digits) * factor;
}
