import javax.naming.InitialContext;

class Main {
    public static void main(String[] args) throws Exception {
        new InitialContext().lookup("ldap://127.0.0.1/x");
    }
}
