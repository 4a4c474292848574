import { z } from 'zod'

/** Several names in one parameter of a query, with commas between them. @param refusal what is said of a text that is none of them */
export const commaList = <Entry extends z.ZodType>(entry: Entry, most: number, refusal: string) =>
  z
    .string()
    .max(most)
    .regex(/\S/, refusal)
    .transform((text, context): z.output<Entry>[] => {
      const read = z.array(entry).safeParse(text.split(',').map((name) => name.trim()))
      if (read.success) return read.data
      context.addIssue({ code: 'custom', message: refusal })
      return z.NEVER
    })
