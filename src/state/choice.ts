/** What a person may decide, once it is known what happened. */
export const choices = [
  'roll back',
  'switch a flag off',
  'configuration only',
  'roll forward',
  'hold',
  'nothing',
] as const
export type Choice = (typeof choices)[number]
