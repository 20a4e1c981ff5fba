// Normal draws, the same in every browser and those that boards are made with: numpy's RandomState(0).standard_normal.
// The generator is MT19937 (M. Matsumoto and T. Nishimura, 1998), the draws come by Marsaglia's polar method.
window.arenaNormalDraws = (() => {
  "use strict";
  const SIZE = 624;
  const state = new Uint32Array(SIZE);
  const drawn = [];
  let next = SIZE;
  let spare = null;

  for (let at = 1; at < SIZE; at++) {
    const before = state[at - 1] ^ (state[at - 1] >>> 30);
    state[at] = Math.imul(before, 1812433253) + at; // from the seed 0 in state[0]
  }

  const twist = () => {
    for (let at = 0; at < SIZE; at++) {
      const bits = (state[at] & 0x80000000) | (state[(at + 1) % SIZE] & 0x7fffffff);
      state[at] = state[(at + 397) % SIZE] ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
    }
    next = 0;
  };
  const word = () => {
    if (next === SIZE) twist();
    let bits = state[next++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  };
  const uniform = () => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992;
  const normal = () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    for (;;) {
      const [x, y] = [2 * uniform() - 1, 2 * uniform() - 1];
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = factor * x;
      return factor * y;
    }
  };

  // The first so many draws of the stream.
  return (count) => {
    while (drawn.length < count) drawn.push(normal());
    return drawn;
  };
})();
