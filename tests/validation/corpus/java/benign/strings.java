class Main {
    public static void main(String[] args) {
        String a = "Runtime.getRuntime().exec(\"id\")", b = "new ProcessBuilder()";
        String c = """
            import java.net.Socket;
            System.load("x"); \""" Class.forName(""
            """;
        char q = '"';
        System.out.println(a + b + c + q);
    }
}
