// A draft that was shared: tell that somebody has opened it. Readers without JavaScript are not counted.
fetch(location.href, { method: "POST", keepalive: true }).catch(() => {});
