/** Text without NUL: PostgreSQL cannot store one, and a message must not be lost for it. The same in both databases, so that neither surprises. */
export const bindableText = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text)
