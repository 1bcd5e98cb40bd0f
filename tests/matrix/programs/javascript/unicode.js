const größe = "naïve – Привет – 你好 – 🌍";
console.log(größe, [...größe].length);
