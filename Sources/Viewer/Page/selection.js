// What the person looks at: a step of the network, and an instruction; all views follow it.

const followers = [];

export const selection = { step: null, instruction: null };

/** Calls `follow(selection, before)` whenever the selection changes. */
export function onSelect(follow) {
  followers.push(follow);
}

/** Forgets who follows, and what is selected: for another program. */
export function resetSelection() {
  followers.length = 0;
  Object.assign(selection, { step: null, instruction: null });
}

/** Selects a step, and an instruction if one is given; null for nothing. */
export function select(step, instruction = null) {
  const before = { ...selection };
  if (before.step === step && before.instruction === instruction) return;
  Object.assign(selection, { step, instruction });
  for (const follow of followers) follow(selection, before);
}
