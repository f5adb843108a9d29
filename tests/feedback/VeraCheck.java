import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Reads names of PDF files from stdin; writes for each file and standard one line: name, standard, broken rules. */
public class VeraCheck {
  public static void main(String[] standards) throws Exception {
    java.util.logging.LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    BufferedReader names = new BufferedReader(new InputStreamReader(System.in));
    for (String name = names.readLine(); name != null; name = names.readLine()) {
      for (String standard : standards) {
        System.out.println(name + "\t" + standard + "\t" + String.join(" ", broken(name, standard)));
      }
    }
  }

  private static TreeSet<String> broken(String name, String standard) {
    TreeSet<String> rules = new TreeSet<>();
    PDFAFlavour flavour = PDFAFlavour.byFlavourId(standard);
    try (InputStream file = new FileInputStream(name);
        PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour)) {
      PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, 100, false, false, false);
      ValidationResult result = validator.validate(parser);
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() == TestAssertion.Status.FAILED) {
          rules.add(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber());
        }
      }
      if (!result.isCompliant() && rules.isEmpty()) {
        rules.add("not-compliant");
      }
    } catch (Exception problem) {
      rules.add(problem.getClass().getSimpleName());
    }
    return rules;
  }
}
