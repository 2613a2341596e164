import { DatabaseSync } from "node:sqlite"
import { StoreError } from "./store-error.ts"
import { STORE_VERSION, storeSchema, storeSteps } from "./store-schema.ts"

/** Opens a store's file, or makes it, and brings it to the form of this release. Throws StoreError for what is no store, and as SQLite does. */
export const openStoreFile = (file: string): DatabaseSync => {
  const database = new DatabaseSync(file)
  try {
    // Exclusive: a second gateway on the same store would use the same sequences twice.
    database.exec("pragma page_size = 4096; pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 256; begin immediate; commit")
    const version = Number(database.prepare("pragma user_version").get()?.["user_version"])
    const isEmpty = database.prepare("select 1 from sqlite_master limit 1").get() === undefined
    if (version !== 0 && version !== STORE_VERSION && !storeSteps.has(version)) throw new StoreError("not a store", `${file} is a store of form ${version}, this gateway writes form ${STORE_VERSION}`, "use the release that wrote it, or move the file away")
    if (version === 0 && !isEmpty) throw new StoreError("not a store", `${file} is an older gateway's store, or no gateway's`, "use the release that wrote it until nothing waits there, then move the file away")
    if (isEmpty) database.exec(`begin; ${storeSchema} commit;`)
    for (let from = version; storeSteps.has(from); from++) database.exec(`begin immediate; ${storeSteps.get(from)!} commit;`)
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}
