/** Pattern for `like`, with `\` as its escape, of the texts that contain this one. Every character stands for itself. */
export const likePattern = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
