/** Makes something when it is first asked for, and has it at once from then on. What fails is tried again by the next who asks. */
export const whenAsked = <Made>(make: () => Promise<Made>): (() => Made | Promise<Made>) => {
  let made: Made | undefined
  let making: Promise<Made> | undefined
  return () => {
    if (made !== undefined) return made
    making ??= make().then(
      (value) => {
        made = value
        return value
      },
      (error: unknown) => {
        making = undefined
        throw error
      },
    )
    return making
  }
}
