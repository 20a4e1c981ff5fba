// The page for missing ones: two models that are no neighbours any more are still compared by the picker.
(() => {
  "use strict";
  const site = new URL("..", document.currentScript.src);
  const asked = /\/compare\/([^/]+)--vs--([^/]+)\.html$/.exec(location.pathname);
  if (!asked) return;
  const models = asked.slice(1).map((name) => `m=${name.replace("--", "/")}`);
  location.replace(new URL(`compare/index.html?${models.join("&")}`, site));
})();
