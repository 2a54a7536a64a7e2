import { isDestructive, type Plan } from '../../state/plan.ts'
import { wantsSecondPerson } from '../../state/second-person.ts'
import { plusMs } from '../../state/times.ts'
import { riskLine, summaryLine } from '../panels/plan-words.ts'
import { valueOf, type DialogSpec, type Said } from './dialog.ts'
import { form, textField, typedField } from './fields.ts'
import { approvalSays } from './told.ts'

/** The environment's name is typed, and each database's name where something in it is destroyed. */
export const approveDialog: DialogSpec = {
  draft: state => {
    const { run } = state
    const plan = run.plan?.plan
    if (plan === undefined) return form('Approve the plan', 'Approve', { says: [{ text: 'There is no plan yet.' }] })
    const names = [
      typedField('environment', `Environment: type ${plan.typed.environment}`, plan.typed.environment),
      ...plan.typed.databases.map(name => typedField(`database ${name}`, `Database: type ${name}`, name)),
    ]
    const destroys = isDestructive(plan)
    return form(destroys ? 'Approve a plan that destroys something' : 'Approve the plan', 'Approve', {
      says: [
        ...revision(run.plan?.why ?? null, run.plan?.diff ?? []),
        ...says(plan, run.plan?.hash ?? ''),
        ...(wantsSecondPerson(run.run?.manifest, plan)
          ? [{ text: 'A second person approves it too: nothing is done before.', tone: 'warn' } as const]
          : []),
        ...(run.last['plan.approved'] === undefined ? approvalSays(state) : []),
      ],
      fields: destroys ? [...names, textField('minutes', 'Unattended for, minutes (optional)')] : names,
      destructive: true,
    })
  },
  submit: (dialog, state) => {
    const minutes = valueOf(dialog, 'minutes').trim()
    if (minutes !== '' && !/^[1-9]\d{0,3}$/.test(minutes)) {
      return { kind: 'missing', says: 'Unattended is a number of minutes, or empty: then somebody stays at the helm.' }
    }
    const typed = dialog.fields.filter(field => field.kind === 'typed').map(({ value }) => value.trim())
    const unattendedUntil = minutes === '' ? null : plusMs(state.now, Number(minutes) * 60_000)
    // `about` is the hash of the plan that was read, not of one that may have replaced it since.
    return { kind: 'ask', ask: { kind: 'approve', hash: dialog.about ?? '', typed, unattendedUntil } }
  },
}

function revision(why: string | null, diff: readonly string[]): readonly Said[] {
  if (why === null && diff.length === 0) return []
  if (why === null) return [{ text: 'Other than in the plan before:', tone: 'warn' }, ...diff.map(text => ({ text }))]
  return [{ text: `Revised: ${why}`, tone: 'warn' }, ...diff.map(text => ({ text }))]
}

function says(plan: Plan, hash: string): readonly Said[] {
  const destructive = plan.steps.filter(({ risk }) => risk === 'destructive')
  const last = plan.steps.find(({ id }) => id === plan.pointOfNoReturn)
  return [
    { text: summaryLine(plan), tone: 'title' },
    ...plan.blockers.map((text): Said => ({ text: `Blocked: ${text}`, tone: 'bad' })),
    ...(last === undefined ? [] : [{ text: `No simple way back from: ${last.title}`, tone: 'warn' } as const]),
    ...plan.atRisk.map((risk): Said => ({ text: riskLine(risk), tone: risk.archived ? 'warn' : 'bad' })),
    ...destructive.map((step): Said => ({ text: `Destroys: ${step.title}`, tone: 'bad' })),
    ...plan.warnings.map((text): Said => ({ text: `Warning: ${text}`, tone: 'warn' })),
    { text: `Plan ${hash}` },
  ]
}
