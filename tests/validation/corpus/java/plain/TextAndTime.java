import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class TextAndTime {
    public static void main(String[] args) {
        Instant start = Instant.now();
        LocalDate day = LocalDate.of(2024, 2, 28);
        for (int i = 0; i < 3; i++, day = day.plusDays(1)) {
            System.out.println(day.format(DateTimeFormatter.ISO_DATE) + " " + day.getDayOfWeek());
        }
        System.out.println(ChronoUnit.DAYS.between(LocalDate.EPOCH, day) + " " + DayOfWeek.MONDAY.plus(3));

        Matcher m = Pattern.compile("(?<a>\\w+) (?<b>\\w+)").matcher("hello world");
        if (m.matches()) {
            System.out.println(m.group("b") + " " + m.group("a"));
        }
        StringBuilder b = new StringBuilder("racecar");
        System.out.println(b.reverse().insert(0, '<').append('>'));
        StringJoiner j = new StringJoiner(", ", "[", "]");
        "the quick brown fox".chars().filter(c -> "aeiou".indexOf(c) >= 0).forEach(c -> j.add(String.valueOf((char) c)));
        System.out.println(j);
        System.out.println(String.format(Locale.ROOT, "%08.3f %x %-5s|", Math.PI, 255, "a"));
        String block = """
            {
              "a": "b\tc"
            }
            """;
        System.out.println(block.lines().count() + " " + "x".repeat(3).toUpperCase(Locale.ROOT) + " a ".strip());
        System.out.println(Duration.between(start, Instant.now()).compareTo(Duration.ofMinutes(1)) < 0);
    }
}
