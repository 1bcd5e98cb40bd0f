import static java.lang.Runtime.getRuntime;

class Main {
    public static void main(String[] args) throws Exception {
        getRuntime().exec("id");
    }
}
