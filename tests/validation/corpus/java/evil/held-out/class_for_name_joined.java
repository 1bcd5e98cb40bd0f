import static java.lang.Class.forName;

class Main {
    public static void main(String[] args) throws Exception {
        System.out.println(forName("java.lang.Proc" + "essBuilder"));
    }
}
