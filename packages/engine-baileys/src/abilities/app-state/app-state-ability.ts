import type { AppState } from '@switchboard/engine'
import { markClean } from '../../wire/mark-clean.ts'
import { type Acts, defineAbility } from '../define-ability.ts'

const acts: Acts<AppState> = {
  sync: ({ appState: state }, collection, how) => state.sync(collection, how),
  markClean: ({ context }, type, at) => markClean(context.wire, type, String(Math.floor(at / 1000))),
}

export const appState = defineAbility('appState', acts)
