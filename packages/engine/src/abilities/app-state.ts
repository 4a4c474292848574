import type { AppStateCollection } from '../app-state.ts'

/** The state that all devices of an account share, as a whole. What changed comes as items. */
export interface AppState {
  /** Takes in what is new in a collection.
   *  @param how.full everything again; `ifNeverSynced`: nothing when it was taken in before
   *  @throws EngineError `timeout`, also while keys are missing; `refused` when what came does not hold */
  sync(
    collection: AppStateCollection,
    how: { readonly full: boolean; readonly ifNeverSynced: boolean },
  ): Promise<{ readonly version: number }>
  /** Tells WhatsApp that everything of a kind (`account_sync`, `groups`) was fetched up to a moment, Unix ms. @throws EngineError `timeout`, `refused` */
  markClean(type: string, at: number): Promise<void>
}
