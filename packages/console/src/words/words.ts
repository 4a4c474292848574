import { signal } from '@preact/signals'

/** Languages of the console, each by the name that its speakers give it. To add one: a line here. The type check then names every place that has no words in it
 *  yet: `en.ts` and `de.ts` next to this file show the common ones, and each screen has its own in its folder. */
export const languages = { en: 'English', de: 'Deutsch' } as const

export type Language = keyof typeof languages

/** The same words in every language. A word that is missing, or that takes other values, is a type error. */
export type Book<Words> = { readonly en: Words } & { readonly [L in Exclude<Language, 'en'>]: NoInfer<Words> }

const isLanguage = (name: string | null | undefined): name is Language => Object.keys(languages).includes(name ?? '')

const kept = 'switchboard.language'

/** What the reader chose, or what the browser prefers of what there is. */
const firstLanguage = (): Language => {
  const chosen = localStorage.getItem(kept)
  if (isLanguage(chosen)) return chosen
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en'
}

export const language = signal<Language>(firstLanguage())

/** For dates and numbers: the reader's own kind of the language, such as `en-GB`. */
export const locale = (): string =>
  navigator.languages.find((tag) => tag.split('-')[0] === language.value) ?? language.value

export const setLanguage = (chosen: Language): void => {
  localStorage.setItem(kept, chosen)
  language.value = chosen
}

/** Makes a function that gives these words in the reader's language. Called while a component renders, it renders again when the language changes. */
export const words =
  <Words>(book: Book<Words>): (() => Words) =>
  () =>
    book[language.value]
