// placeholder by the composer, to be replaced by the owner of this room
import { Layer } from "effect"
import type { CommandLog } from "../../engine/service/ports/driven/command-log.ts"
export const kafkaLogLayer = (_: { readonly brokers: ReadonlyArray<string> }): Layer.Layer<CommandLog> => Layer.empty as never
