/** A file that is made from something else. */
export interface Artifact {
  /** From the root of the repository, with forward slashes. */
  readonly file: string
  readonly content: string
}
