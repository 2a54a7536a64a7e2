import type { BackupsFact } from '../backup.ts'
import type { Restore } from './restore-steps.ts'

/** Rows take more room in tables with their indexes than as text; binlogs of the load come on top. */
const timesLarger = 2

export function roomBlockers({ name, backup }: Restore, { freeBytes }: BackupsFact): readonly string[] {
  const needed = neededBytes(backup)
  return freeBytes === null || freeBytes >= needed
    ? []
    : [
        `${name}: no room to load ${backup.name} beside it: about ${mb(needed)} are needed on the server, ${mb(freeBytes)} are free. Make room, and plan again`,
      ]
}

export function roomWarnings({ name, backup }: Restore, { freeBytes }: BackupsFact): readonly string[] {
  return freeBytes === null
    ? [
        `${name}: how much room its server has cannot be seen from here; to load ${backup.name} beside it takes about ${mb(neededBytes(backup))}`,
      ]
    : []
}

function neededBytes({ unpackedBytes, bytes }: Restore['backup']): number {
  return (unpackedBytes ?? bytes * 4) * timesLarger
}

function mb(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 1_000_000))} MB`
}
