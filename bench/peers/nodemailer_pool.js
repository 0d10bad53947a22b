// nodemailer's pool as its documentation shows it: text and HTML in, its own MIME out. Prints one JSON line.
// node nodemailer_pool.js PORT MAILS CONNECTIONS < people.json
const nodemailer = require("nodemailer");
const [port, mails, connections] = process.argv.slice(2).map(Number);
const { sender, name, subject, text, html, people } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const filled = (words, values, escaped) =>
  words.replace(/\{\{ (\w+) \}\}/g, (_, key) => (escaped ? escape(values[key]) : values[key]));
const escape = (value) =>
  value.replace(/[&<>"']/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[sign]);

async function main() {
  const transport = nodemailer.createTransport({
    host: "127.0.0.1", port, secure: false, ignoreTLS: true,
    pool: true, maxConnections: connections, maxMessages: Infinity,
  });
  const began = process.hrtime.bigint(), cpu = process.cpuUsage();
  await Promise.all(people.slice(0, mails).map((person) => transport.sendMail({
    from: { name, address: sender },
    to: { name: person.values.name, address: person.address },
    subject,
    text: filled(text, person.values, false),
    html: filled(html, person.values, true),
  })));
  const spent = process.cpuUsage(cpu);
  const wall = Number(process.hrtime.bigint() - began) / 1e9;
  transport.close();
  console.log(JSON.stringify({ wall, cpu: (spent.user + spent.system) / 1e6 }));
}
main().catch((error) => { console.error(error); process.exit(1); });
