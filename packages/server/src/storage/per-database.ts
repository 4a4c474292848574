import type { Database } from './database.ts'

/** Makes something once for each database, on first use, and drops it with the database. */
export function perDatabase<Value>(make: (database: Database) => Value): (database: Database) => Value {
  const made = new WeakMap<Database, Value>()
  return (database) => {
    const known = made.get(database)
    if (known !== undefined) return known
    const value = make(database)
    made.set(database, value)
    return value
  }
}
