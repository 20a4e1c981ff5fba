// A new voter's proof of work, in a worker: counts until a hash is small enough, as arena/voting/proof_of_work.py says.
onmessage = async ({ data: { challenge, rounds } }) => {
  const text = new TextEncoder();
  const tries = Number(challenge.split("-")[1]);
  const key = await crypto.subtle.importKey("raw", text.encode(challenge), "PBKDF2", false, ["deriveBits"]);
  for (let counter = 0; ; counter += 1) {
    const salt = text.encode(counter);
    const hash = new DataView(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, key, 48));
    const value = hash.getUint32(0) * 2 ** 16 + hash.getUint16(4);
    if (value < 2 ** 48 / tries) return postMessage(counter);
  }
};
