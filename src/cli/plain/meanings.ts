import type { DialogKind } from '../../ui/dialogs/dialog.ts'

/** What a choice of a few words means, for whoever meets it at three in the morning. */
const meanings: Readonly<Partial<Record<DialogKind, Readonly<Record<string, string>>>>> = {
  decide: {
    'SEV-1': 'all or nearly all users cannot do what they came for, or data is being lost',
    'SEV-2': 'a main thing fails for many users, and there is no way around it',
    'SEV-3': 'something fails for some users, or there is a way around it',
    'SEV-4': 'hardly anybody is hindered',
    'SEV-5': 'nobody is hindered',
    'roll back':
      'back to a release that is known to work; the plan comes next, and nothing is done before it is approved',
    'switch a flag off': 'no rollback: what broke is switched off; the run closes with that on record',
    'configuration only': 'no rollback: a configuration is put right; the run closes with that on record',
    'roll forward': 'no rollback: a fix is released; the run closes with that on record',
    hold: 'no rollback now: it is watched; the run closes with that on record',
    nothing: 'no rollback: it is no incident; the run closes with that on record',
  },
  lessons: {
    'takes place': 'at the time above',
    'call it off': 'all who were invited are told the reason',
  },
  proposal: {
    accept: 'write it into astern.yaml, on this machine',
    'not now': 'leave it; it can be taken later with astern learn',
    never: 'turn it down for good; wants a reason',
  },
}

export function meansOf(dialog: DialogKind, field: string, word: string): string {
  return meanings[dialog]?.[word] ?? `this ${field}`
}
