/** Bad data. Bad callers get a `RangeError` or a `TypeError`, as everywhere in the language. */

/** A record from outside that has not the form it must have. where: the place in the record. */
export class MalformedRecord extends Error {
  readonly where: string;
  readonly problem: string;

  constructor(where: string, problem: string) {
    super(`${where}: ${problem}`);
    this.name = "MalformedRecord";
    this.where = where;
    this.problem = problem;
  }
}

/** What the protocol knows and this program cannot do. */
export class NotSupported extends MalformedRecord {}

/** A text that is not the one encoding of a scalar or an element; its message says why. */
export class NotCanonical extends Error {}
