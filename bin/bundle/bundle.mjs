// What is bundled how. Everything that comes out runs on Node alone, with no packages beside it.
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { firstScreen } from './first-screen.mjs'
import { cellsThatChanged, movesTogether, narrowText, nativeAddons, yogaWithoutFetch } from './plugins.mjs'
import { root } from './root.mjs'

const changes = [yogaWithoutFetch, narrowText, cellsThatChanged, movesTogether]

/** Programs that share what they share, as `<name>.js` in a directory, with what else they load beside them. */
export async function bundleTogether(programs, directory, version) {
  const { input, output } = forNode({ 'process.env.ASTERN_VERSION': JSON.stringify(version) })
  const bundled = await rolldown({ ...input, input: programs })
  await written(bundled, {
    ...output,
    dir: directory,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    sourcemap: true,
    codeSplitting: { groups: [firstScreen(programs)] },
  })
  const unused = changes.filter(one => !one.wasUsed()).map(({ name }) => name)
  if (unused.length > 0) throw new Error(`nothing was there to be changed for: ${unused.join(', ')}`)
}

/** One program as one file, which may be carried anywhere. */
export async function bundleAlone(program, file) {
  const { input, output } = forNode({})
  await written(await rolldown({ ...input, input: program }), { ...output, file, codeSplitting: false })
}

async function written(bundled, output) {
  try {
    await bundled.write(output)
  } finally {
    await bundled.close()
  }
}

function forNode(define) {
  return {
    input: {
      cwd: root,
      platform: 'node',
      logLevel: 'warn',
      onLog: (_, { code, message }) => {
        if (code === 'UNRESOLVED_IMPORT') throw new Error(message)
      },
      // ssh2, which dockerode would use if ssh went through it, asks for it; here ssh is the system's.
      external: ['cpu-features'],
      plugins: [...changes, nativeAddons],
      resolve: { alias: { 'react-devtools-core': join(root, 'bin/no-devtools.mjs') } },
      transform: {
        target: 'node22',
        define: { 'process.env.NODE_ENV': '"production"', ...define },
        inject: { 'Intl.Segmenter': [join(root, 'src/ui/text/late-segmenter.ts'), 'LateSegmenter'] },
      },
    },
    output: {
      format: 'esm',
      comments: false,
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
      banner: `${quiet} ${ownPlace}`,
    },
  }
}

/** What a package ought to stop using is of no use to an operator, and would be written over the screen. */
const quiet = 'process.noDeprecation = true;'

/** What packages of the older kind expect. */
const ownPlace =
  "import { dirname as __directoryOf } from 'node:path'; import { fileURLToPath as __fileOf } from 'node:url'; const __filename = __fileOf(import.meta.url); const __dirname = __directoryOf(__filename);"
