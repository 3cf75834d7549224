// Runs the scenario that the first argument names, with the settings of the environment variable STRANGER (JSON).
// Says what it did on standard output, one line a step; any error ends it with status 1.

import { setTimeout as sleep } from 'node:timers/promises'

export const settings = JSON.parse(process.env.STRANGER ?? '{}')

// On a starved machine the server may know nothing fresh for a moment: it says 503 and when to come again, before it has done anything.
const once = globalThis.fetch
globalThis.fetch = async (address, init) => {
  for (let attempt = 0; ; attempt++) {
    const answer = await once(address instanceof Request ? address.clone() : address, init)
    const isLater = (answer.status === 503 && answer.headers.has('retry-after')) || answer.headers.get('location')?.includes('error=temporarily_unavailable')
    if (!isLater || attempt === 120) return answer
    await sleep(500)
  }
}

export async function run(scenarios) {
  const scenario = scenarios[process.argv[2]]
  if (!scenario) throw new Error(`no scenario ${process.argv[2]}; there are ${Object.keys(scenarios).join(', ')}`)
  try {
    await scenario()
    console.log(`done: ${process.argv[2]}`)
  } catch (error) {
    console.error(error)
    if (error.cause) console.error('cause:', error.cause)
    process.exitCode = 1
  }
}

/** The refusal that a call ends in: fails when the call succeeds. */
export async function refusal(call) {
  try {
    await call()
  } catch (error) {
    return error
  }
  throw new Error('was expected to be refused')
}

/** The error code of a refused request, also where a challenge kept the library from reading the body. */
export async function refusedWith(call) {
  const error = await refusal(call)
  return error.error ?? (await error.response.json()).error
}
