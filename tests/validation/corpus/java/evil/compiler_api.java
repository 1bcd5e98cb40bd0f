import javax.tools.*;

class Main {
    public static void main(String[] args) {
        ToolProvider.getSystemJavaCompiler().run(null, null, null, "/tmp/X.java");
    }
}
