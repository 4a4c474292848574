/** A whole number from the environment: how a scenario is made larger or smaller. */
export const wholeNumber = (name: string, usual: number): number => Number(process.env[name] ?? usual)
