// What the browser keeps for us. One that refuses (its settings may forbid it) keeps it as long as the page is open.

/** @param {() => Storage} open @returns {Pick<Storage, "getItem"|"setItem"|"removeItem">} */
function storageOrMemory(open) {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    const values = new Map();
    return {
      getItem: (key) => values.get(key) ?? null,
      setItem: (key, value) => void values.set(key, value),
      removeItem: (key) => void values.delete(key),
    };
  }
}

export const lasting = storageOrMemory(() => localStorage);
/** Until the tab is closed: where keys belong. */
export const passing = storageOrMemory(() => sessionStorage);
