public class Main {
    public static void main(String[] args) {
        String größe = "naïve – Привет – 你好 – 🌍";
        System.out.println(größe + " " + größe.codePointCount(0, größe.length()));
    }
}
