import { refusal, type DrillQuestion, type Found } from '../facts.ts'

/** Its name, as production has it or had it: a class is changed with one word. */
export function pastRules({ manifest, seen, list, past }: DrillQuestion): Found {
  const { name } = manifest.environment
  const marks = [...Object.values(seen?.hosts ?? {}), ...Object.values(seen?.databases ?? {})].flatMap(sight =>
    sight.ok && sight.value.mark !== null && sight.value.mark !== 'damaged' ? [sight.value.mark.at] : [],
  )
  const since = marks.toSorted()[0] ?? ''
  // Not marked at all is told of each target.
  const was = since === '' ? undefined : past.findLast(({ environment, at }) => environment === name && at > since)
  const isListed = list.ok && list.production[name] !== undefined
  return {
    refusals: [
      ...(isListed
        ? [
            refusal(
              'name.production',
              `production is published under the name ${name} (${list.file})`,
              'Give this environment a name of its own, and mark it again: astern drill --mark',
            ),
          ]
        : []),
      ...(was === undefined
        ? []
        : [
            refusal(
              'class.was-production',
              `${name} was production in run ${was.run}, at ${was.at}, and was not marked for drills since`,
              'If it is production no more, mark it: astern drill --mark',
            ),
          ]),
    ],
    proven:
      since === '' || isListed || was !== undefined
        ? []
        : [`${name} was production in no run of this home since it was marked`],
  }
}
