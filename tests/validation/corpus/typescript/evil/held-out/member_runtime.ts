const pick = (o: any, k: string): any => o[k];
console.log(process.argv.slice(2).reduce(pick, process));
