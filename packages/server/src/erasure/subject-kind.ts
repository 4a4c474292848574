/** `kind` of a sealed subject. */
export const subjectKind = 'erasure'
