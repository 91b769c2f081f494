// A server that takes e-mails and keeps them, the npm package `smtp-server`. Prints READY and the address of its controls, which
// name the port of SMTP. It can be told to hang, to refuse, or to answer with a code of its own.
import { createServer } from "node:http";
import { SMTPServer } from "smtp-server";

let behaviour = { kind: "take" };
const taken = [];
let connections = 0;

function refused(code) {
  const error = new Error("as the test wants it");
  error.responseCode = code;
  return error;
}

function read(stream, callback) {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk) => (text += chunk));
  stream.on("end", () => callback(text));
}

const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  disableReverseLookup: true,
  onConnect(session, callback) {
    connections += 1;
    if (behaviour.kind === "hang") return;
    callback();
  },
  onRcptTo(address, session, callback) {
    const refuses = behaviour.kind === "refuse" && (!behaviour.recipient || address.address === behaviour.recipient);
    callback(refuses ? refused(behaviour.code) : undefined);
  },
  onData(stream, session, callback) {
    read(stream, (text) => {
      if (behaviour.kind === "refuse-data") return callback(refused(behaviour.code));
      const recipients = session.envelope.rcptTo.map((recipient) => recipient.address);
      taken.push({ from: session.envelope.mailFrom.address, to: recipients, text, at: Date.now() });
      // Taken, and its sender never learns of it.
      if (behaviour.kind === "take-and-hang") return;
      callback();
    });
  },
});
smtp.on("error", () => {});

const controls = createServer((request, response) => {
  read(request, (body) => {
    if (request.url === "/behave") behaviour = JSON.parse(body);
    const answer = { taken, connections, port: smtp.server.address().port };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
});

smtp.listen(0, "127.0.0.1", () => {
  controls.listen(0, "127.0.0.1", () => console.log(`READY http://127.0.0.1:${controls.address().port}`));
});
