export type { BinaryNode } from './binary-node.ts'
