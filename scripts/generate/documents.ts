import type { Artifact } from './artifact.ts'
import { envExample } from './env-example.ts'

/** What is made from the registries and schemas themselves. */
export const documents = (_root: string): Artifact[] => [{ file: '.env.example', content: envExample() }]
