// Passkeys. A form with `data-passkey` is shown where the browser knows them; when it is sent, the
// browser is asked for a passkey first, and its answer goes along in the field `credential`.
"use strict";

(() => {
  const toBytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

  const toText = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes)))
      .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  // The server writes bytes as text, at known places; the browser wants bytes.
  const read = (options) => {
    const wanted = { ...options.publicKey };
    wanted.challenge = toBytes(wanted.challenge);
    if (wanted.user) wanted.user = { ...wanted.user, id: toBytes(wanted.user.id) };
    for (const list of ["allowCredentials", "excludeCredentials"]) {
      if (wanted[list]) wanted[list] = wanted[list].map((key) => ({ ...key, id: toBytes(key.id) }));
    }
    return { publicKey: wanted };
  };

  const write = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = toText(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };

  const options = async (form) => {
    if (!form.dataset.options) {
      return JSON.parse(document.getElementById("passkey-options").textContent);
    }
    const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).request_options;
  };

  const ask = async (form) => {
    const wanted = read(await options(form));
    const create = form.dataset.passkey === "create";
    const found = create ? await navigator.credentials.create(wanted) : await navigator.credentials.get(wanted);
    form.elements.credential.value = write(found);
    form.submit();
  };

  const watch = (form) => {
    const told = form.querySelector("[data-failed]");
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      told.textContent = "";
      ask(form).catch(() => {
        told.textContent = told.dataset.failed;
      });
    });
  };

  if (window.PublicKeyCredential) document.querySelectorAll("form[data-passkey]").forEach(watch);
})();
