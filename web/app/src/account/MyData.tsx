import { act } from "../api/hooks";
import { say } from "../ui/toasts";
import { EXPORT_MY_DATA } from "./documents";
import { Message, Submit, useForm } from "./form";
import { t } from "./texts";

/** All that the service has of the person, as a ZIP. */
export function MyData() {
  const form = useForm({
    fields: [],
    send: async () => {
      const { data, problems } = await act(EXPORT_MY_DATA, {});
      if (data?.exportMyData.url) {
        location.assign(data.exportMyData.url); // a download: the page stays
        say(t().downloading);
      }
      return problems;
    },
  });
  return (
    <form class="stack" {...form.props}>
      <p>{t().dataWhy}</p>
      <p class="muted">{t().dataOnce}</p>
      {form.general && <Message kind="error">{form.general}</Message>}
      <Submit form={form}>{t().download}</Submit>
    </form>
  );
}
