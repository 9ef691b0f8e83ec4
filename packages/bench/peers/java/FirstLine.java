/** Says that the process has started. */
final class FirstLine {
    public static void main(String[] arguments) {
        System.out.println("started");
    }
}
