import type { Figure } from '../steps/report.ts'

/** What a scenario says to whoever compares. It continues with `go` after each `together`. */
export type Said =
  | { readonly kind: 'round' }
  | { readonly kind: 'together' }
  | { readonly kind: 'figure'; readonly figure: Figure }
  | { readonly kind: 'done' }

export type Go = 'go'
