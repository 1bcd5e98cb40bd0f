import java.util.regex.*;

class Main {
    public static void main(String[] args) {
        Matcher m = Pattern.compile("Runtime\\.exec\\(\"(.*)\"\\)|\\bnative\\b").matcher("none");
        System.out.println(m.find());
    }
}
