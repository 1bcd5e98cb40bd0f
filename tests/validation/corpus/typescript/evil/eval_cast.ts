const reckon = eval as unknown as (text: string) => number;
console.log(reckon("1 + 1"));
