fn main() {
    let größe = "naïve – Привет – 你好 – 🌍";
    println!("{größe} {}", größe.chars().count());
}
