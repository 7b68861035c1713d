/** Examples of calling the API, to copy. */

export type Client = { id: string; title: string; code: string };

export function clients(base: string): Client[] {
  return [
    { id: "curl", title: "curl", code: `curl ${base}/jobs?limit=5` },
    {
      id: "python",
      title: "Python",
      code: `import requests\n\nfor job in requests.get("${base}/jobs").json()["items"]:\n    print(job["name"], job["status"], job["verdict"])`,
    },
    {
      id: "javascript",
      title: "JavaScript",
      code: `const { items } = await (await fetch("${base}/jobs")).json();\nfor (const job of items) console.log(job.name, job.status, job.verdict);`,
    },
  ];
}
