/** Each of them may be done again after a crash: what is so already stays so. */
export type KeptFault = {
  /** `ended`: it is not wanted any more, so that what takes long may be left. Gives what there is now. */
  readonly put: (ended: AbortSignal) => Promise<string>
  /** What it takes to stay there; ends with `ended`. */
  readonly hold?: (ended: AbortSignal) => Promise<void>
  /** Looks first: what somebody else has changed meanwhile is theirs. Gives what there is now. */
  readonly takeBack: () => Promise<string>
}
