// How scripts write amounts of money and times: as arena/wording.py writes them on the pages.
window.arenaNumbers = {
  // Cents at least; up to four decimals, and three digits that say something, where an amount is smaller.
  dollars(amount) {
    const exact = amount > 0 && amount < 1 ? (String(Number(amount.toPrecision(12))).split(".")[1] || "").length : 2;
    const digits = Math.max(2, Math.min(exact, Math.max(4, 2 - Math.floor(Math.log10(amount || 1)))));
    const format = { minimumFractionDigits: digits, maximumFractionDigits: digits, roundingMode: "halfEven" };
    return `$${amount.toLocaleString("en", format)}`;
  },

  seconds(milliseconds) {
    const digits = milliseconds < 99950 ? 1 : 0;
    const format = { minimumFractionDigits: digits, maximumFractionDigits: digits, roundingMode: "halfEven" };
    return `${(milliseconds / 1000).toLocaleString("en", format)} s`;
  },
};
