import type { ComponentType } from 'preact'
import type { CredentialKind, Scope } from '../data/session.ts'
import type { IconName } from '../ui/icon.tsx'
import { type Book, words } from '../words/words.ts'

export interface ScreenProps {
  /** The address below the screen: `['3f…', 'timeline']` for `/console/devices/3f…/timeline`. */
  readonly parts: readonly string[]
}

interface ScreenFacts {
  /** First part of its address. */
  readonly path: string
  readonly icon: IconName
  /** Its name in the navigation. */
  readonly title: Book<string>
  /** Who sees it. */
  readonly for: readonly CredentialKind[]
  /** What has to be chosen before it can show anything: the shell asks for it. */
  readonly needs?: 'device' | 'customer'
  /** Scope without which it could show nothing; `read` when absent. */
  readonly scope?: Scope
  /** Whether there is such a screen here, such as the sandbox's in a sandbox; always when absent. */
  readonly when?: () => boolean
  /** Loads its code when it is opened. */
  readonly load: () => Promise<{ readonly default: ComponentType<ScreenProps> }>
}

export interface Screen extends Omit<ScreenFacts, 'title'> {
  readonly title: () => string
}

/** A screen of the console, as its folder describes it. */
export const defineScreen = (facts: ScreenFacts): Screen => ({ ...facts, title: words(facts.title) })
