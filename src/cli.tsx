import { Argument, Command, CommanderError, Option } from 'commander'
import type { Flags } from './cli/flags.ts'
import { bugWords, exitCode } from './cli/exit-codes.ts'

const version = process.env['ASTERN_VERSION'] ?? '0.0.0'

/** The command line: what each command is called, takes and says. What it does is loaded when it is asked for. */
async function main(argv: readonly string[]): Promise<number> {
  let code: number = exitCode.reached
  const does =
    (run: (flags: Flags, ...args: string[]) => Promise<number>) =>
    async (...given: unknown[]): Promise<void> => {
      const command = given.at(-1) as Command
      code = await run(flagsOf(command), ...command.processedArgs.flat().filter(arg => typeof arg === 'string'))
    }
  const program = describeProgram(does)
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? exitCode.reached : exitCode.usage
  }
  return code
}

/** Options may stand before a command or after it; what was written after it counts more, and a default least. */
function flagsOf(command: Command): Flags {
  const chain = command.parent === null ? [command] : [command.parent, command]
  const written = chain.map(each =>
    Object.entries(each.opts()).filter(([name]) => each.getOptionValueSource(name) !== 'default'),
  )
  const defaults = chain.map(each => Object.entries(each.opts()))
  return Object.fromEntries([...defaults, ...written].flat()) as Flags
}

type Does = (run: (flags: Flags, ...args: string[]) => Promise<number>) => (...given: unknown[]) => Promise<void>

function describeProgram(does: Does): Command {
  const program = new Command('astern')
    .description(
      'Takes an operator through an emergency production rollback: assess, plan, services, database, validate, follow up.',
    )
    .exitOverride()
    .showHelpAfterError('(astern --help lists the commands)')
    .enablePositionalOptions(true)
  common(program)
  rollbackOptions(program).action(does(async flags => (await import('./cli/rollback.ts')).open(flags)))
  const add = (name: string, about: string): Command => common(program.command(name).description(about).exitOverride())

  rollbackOptions(add('rollback', 'open a rollback of this environment')).action(
    does(async flags => (await import('./cli/rollback.ts')).rollback(flags)),
  )
  rollbackOptions(add('plan', 'read-only: the plan, its hash, its diff and its blockers')).action(
    does(async flags => (await import('./cli/plan.ts')).plan(flags)),
  )
  add('watch [run]', 'follow a run, read-only; where none is open, the live health of the environment').action(
    does(async (flags, run) => (await import('./cli/watch.ts')).watch(flags, run)),
  )
  add('attach [run]', 'take the helm of a run, and go on with one whose engine is gone')
    .addOption(new Option('--take <reason>', 'take the helm from whoever holds it'))
    .option('--headless', 'no questions: holds where a person is needed')
    .option('--from-hosts', 'its bastion is lost: go on here, by the copy its hosts have; wants --reason')
    .option('--reason <reason>', 'why, for the record')
    .action(does(async (flags, run) => (await import('./cli/attach.ts')).attach(flags, run)))
  add('approve [run]', 'approve, as the second person, a plan that wants two')
    .option('--confirm <name>', 'a name the approval wants typed, without a terminal (repeatable)', collect, [])
    .option('--confirm-plan <hash>', 'approve this very plan, its losses included, without a terminal')
    .action(does(async (flags, run) => (await import('./cli/approve.ts')).approve(flags, run)))
  add('doctor', 'are the four requirements met: automation, artifacts, backups, channels')
    .option('--send-test', 'also send a message, marked as a test, on each channel but the public page')
    .action(does(async flags => (await import('./cli/doctor.ts')).doctor(flags)))
  add('record', 'put what runs now into the ledger, as a release known to work')
    .requiredOption('--version <version>', 'the name of the release')
    .option('--save', 'also save its images to the directory artifacts: names, so that they outlive a prune')
    .action(does(async flags => (await import('./cli/record.ts')).record(flags)))
  add('drill [scenario]', 'a game day: plays a scenario, on proof of its targets')
    .option('--check', 'whether it may be played here, and on what proof; nothing is injected')
    .option(
      '--proxy <file>',
      'stand on the ways that this file names, where drills may disturb them; part of an environment',
    )
    .option('--mark', 'say at each target itself that drills of this environment may hurt it')
    .option('--debrief', 'make the debrief of a drill again, from its journals: the newest, or the run named')
    .addOption(new Option('--format <format>', 'of the debrief').choices(['markdown', 'html', 'json']))
    .option(
      '--facilitate',
      'lead the drill that is open, or the run that is named: see all of it, fire, hold, observe, halt',
    )
    .option('--headless', 'no console: tell what happens until it is over')
    .option('--halt', 'end the drill that is played, or the one named: everything is taken back')
    .option('--reason <reason>', 'with --halt: why, for the record')
    .option('--clean-up', 'take back what drills have left that nobody leads any more')
    .option('--confirm <name>', 'the name that is to be typed, without a terminal', collect, [])
    .option('--list', 'the scenarios that Astern brings along')
    .addOption(
      new Option('--sandbox [kind]', 'in a shop set up for it, of processes (embedded) or containers (docker)').choices(
        ['embedded', 'docker', 'end'],
      ),
    )
    .action(does(async (flags, scenario) => (await import('./cli/drill/drill.ts')).drill(flags, scenario)))
  add('rehearse', 'try the way back on a clone of today’s schema, in quiet times')
    .addOption(new Option('--version <version>', 'that release exactly').conflicts('to'))
    .addOption(new Option('--to <version>', 'the same as --version'))
    .action(does(async flags => (await import('./cli/rehearse.ts')).rehearseNow(flags)))
  add('check', 'run the checks alone')
    .addOption(
      new Option('--format <format>', 'what to print').choices(['text', 'json', 'junit', 'tap']).default('text'),
    )
    .option('--baseline <file>', 'an earlier result (--json), to say what is fixed, broke, or failed before')
    .option('--junit <file>', 'also write JUnit XML')
    .action(does(async flags => (await import('./cli/check.ts')).check(flags)))
  add('status [run]', 'where the live run stands').action(
    does(async (flags, run) => (await import('./cli/status.ts')).status(flags, run)),
  )
  add('runs', 'the runs of this home, newest first').action(
    does(async flags => (await import('./cli/status.ts')).runs(flags)),
  )
  add('report [run]', 'make the incident document of a run again, from its journal')
    .addOption(
      new Option('--format <format>', 'what to print')
        .choices(['markdown', 'html', 'json', 'csv', 'junit'])
        .default('markdown'),
    )
    .action(does(async (flags, run) => (await import('./cli/report.ts')).report(flags, run)))
  add('review <run>', 'when the post-mortem of a closed run is; book it for another time, or call it off')
    .option('--at <time>', 'the new time in UTC, as "2026-11-24 14:00"')
    .option('--owner <name>', 'who leads it now')
    .option('--cancel', 'call it off; wants --reason')
    .option('--reason <reason>', 'why, for the record')
    .action(does(async (flags, run) => (await import('./cli/review.ts')).review(flags, run)))
  rollbackOptions(add('undo <run>', 'go back to the release that a run rolled away from, as a run of its own')).action(
    does(async (flags, run) => (await import('./cli/rollback.ts')).undo(flags, run)),
  )
  add('stop [run]', 'end a run short of its goal, and give its locks back')
    .requiredOption('--reason <reason>', 'why; the record shows it')
    .action(does(async (flags, run) => (await import('./cli/stop.ts')).stop(flags, run)))
  add('freeze', 'refuse deployments until unfrozen')
    .requiredOption('--reason <reason>', 'why')
    .action(does(async flags => (await import('./cli/record.ts')).freeze(flags)))
  add('unfreeze', 'let deployments through again')
    .option('--clear <version>', 'also let this rolled-back version through again')
    .action(does(async flags => (await import('./cli/record.ts')).unfreeze(flags)))
  add('gate', 'exit 3 while the environment is frozen, unknown, or the version was rolled back')
    .requiredOption('--version <version>', 'the release about to be deployed')
    .action(does(async flags => (await import('./cli/gate.ts')).gate(flags)))
  add('init', 'write astern.yaml from what runs on Docker hosts and Swarms')
    .option('--docker <[name=]url>', 'a Docker host (repeatable; default: DOCKER_HOST)', collect, [])
    .option('--swarm <[name=]url,...>', 'a Swarm by its managers, with commas between them (repeatable)', collect, [])
    .option('--context <[name=]context>', "one of the Docker client's contexts (repeatable)", collect, [])
    .option('--project <project>', 'of several Compose projects or stacks, this one')
    .action(does(async flags => (await import('./cli/init.ts')).init(flags)))
  add('learn [run]', 'what a run taught: changes to astern.yaml with their evidence, taken one by one')
    .option('--accept <id>', 'write this one into the file (repeatable)', collect, [])
    .option('--never <id>', 'turn this one down for good; wants --reason (repeatable)', collect, [])
    .option('--reason <reason>', 'why, for the record')
    .action(does(async (flags, run) => (await import('./cli/learn.ts')).learn(flags, run)))
  add('completion', 'print a script for a shell, so that tab completes: source <(astern completion bash)')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
To have it in each new shell:
  bash  echo 'source <(astern completion bash)' >> ~/.bashrc
  zsh   echo 'source <(astern completion zsh)' >> ~/.zshrc, after compinit
  fish  astern completion fish > ~/.config/fish/completions/astern.fish`,
    )
    .action(does(async (_flags, shell) => (await import('./cli/completion/script.ts')).printScript(shell ?? '')))
  // What those scripts ask; nobody types it.
  program
    .command('complete [words...]', { hidden: true })
    .exitOverride()
    .action(does(async (_flags, ...words) => (await import('./cli/completion/complete.ts')).complete(program, words)))
  add('version', 'print the version').action(
    does(async () => (process.stdout.write(`astern ${version}\n`), exitCode.reached)),
  )
  return program
}

function common(command: Command): Command {
  return command
    .option('--config <file>', 'the environment (default: astern.yaml)')
    .option('--json', 'stdout carries JSON: one object, or one event per line')
    .option('--plain', 'lines instead of a screen, question by question')
    .option('--screen-reader', 'the same in whole sentences, for a screen reader (or INK_SCREEN_READER=true)')
    .option('--no-color', 'no colour')
    .option('--ascii', 'only ASCII on the screen')
    .option('--no-animation', 'nothing on the screen turns')
    .option(
      '--guided',
      'explains each moment of a run as it comes: why now, what good looks like, what people get wrong',
    )
    .option('--slow-link', 'a screen for a slow link: two frames a second, no seconds, nothing turns')
    .addOption(
      new Option('--theme <theme>', 'colours of the screen: for dark, for light, of high contrast, none').choices([
        'default',
        'light',
        'contrast',
        'mono',
      ]),
    )
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

function rollbackOptions(command: Command): Command {
  return command
    .addOption(new Option('--version <version>', 'that release exactly').conflicts('to'))
    .addOption(new Option('--to <version>', 'the same as --version'))
    .option('--emergency', 'one dialog, shorter waits')
    .option('--preserve-data', 'services only: nothing is written to any database')
    .addOption(
      new Option(
        '--configuration <which>',
        'of containers: the one of today, or the one that the release was recorded with',
      )
        .choices(['today', 'recorded'])
        .default('today'),
    )
    .option('--restore [backup]', 'a backup in the place of a reversal: the newest that fits, or that one')
    .option(
      '--replay [until]',
      'with --restore: what the binlog has since, up to the moment before the migrations, or up to that one',
    )
    .option(
      '--flashback <from..until>',
      'rows written from one moment up to another are taken back (MariaDB); wants --table',
    )
    .option('--table <table>', 'with --flashback: of this table (repeatable)', collect, [])
    .option('--database <database>', 'with --flashback: of this database, where there are several')
    .option('--no-salvage', 'with --restore: what was written since stays beside it')
    .option('--service <service>', 'only this one (repeatable)', collect, [])
    .option('--headless', 'no questions: holds where a person is needed')
    .option('--confirm <name>', 'a name the approval wants typed (repeatable)', collect, [])
    .option('--confirm-plan <hash>', 'approve this very plan, its losses included')
    .option('--break-lock <run>', 'take the lock of a run whose bastion is lost; wants --reason')
    .option('--reason <reason>', 'why, for the record')
}

main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code
  },
  error => {
    process.stderr.write(bugWords(error))
    process.exitCode = exitCode.bug
  },
)
